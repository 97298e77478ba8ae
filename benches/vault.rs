//! Sealing and opening a secret, beside AES-256-GCM alone on as many bytes: what binding a secret to its
//! owner and place costs (a key derived for each call, and the place authenticated with it).

use std::hint::black_box;

use aes_gcm::{Aes256Gcm, KeyInit, Nonce, aead::Aead};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mosaic_model::UserId;
use mosaic_storage::{KeyOwner, KeyRing, Place};
use uuid::Uuid;

/// A gateway token, a provider's key, a long message. Bytes.
const SIZES: [usize; 3] = [64, 1_024, 16_384];

fn seal_and_open(criterion: &mut Criterion) {
    let ring = KeyRing::parse(KeyRing::generate().expose()).expect("our own format");
    let owner = KeyOwner::User(UserId::from_uuid(Uuid::from_u128(7)));
    let place = Place { table: "llm_provider_keys", row: Uuid::from_u128(9), owner, field: "sealed" };
    let floor = Aes256Gcm::new(&[7; 32].into());
    let nonce = Nonce::from([3; 12]);

    let mut group = criterion.benchmark_group("vault");
    for size in SIZES {
        let value = vec![b'x'; size];
        let sealed = ring.seal(&place, &value);
        let encrypted = floor.encrypt(&nonce, value.as_slice()).expect("a short value");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("floor: encrypt", size), &value, |bencher, value| {
            bencher.iter(|| floor.encrypt(&nonce, black_box(value.as_slice())));
        });
        group.bench_with_input(BenchmarkId::new("seal", size), &value, |bencher, value| {
            bencher.iter(|| ring.seal(&place, black_box(value)));
        });
        group.bench_with_input(BenchmarkId::new("floor: decrypt", size), &encrypted, |bencher, encrypted| {
            bencher.iter(|| floor.decrypt(&nonce, black_box(encrypted.as_slice())));
        });
        group.bench_with_input(BenchmarkId::new("open", size), &sealed, |bencher, sealed| {
            bencher.iter(|| ring.open(&place, black_box(sealed)));
        });
    }
    group.finish();
}

criterion_group!(benches, seal_and_open);
criterion_main!(benches);
