//! How much of something, short enough for a chart.

/// Processor time, of thousandths of a core.
pub(crate) fn cores(millis: u64) -> String {
    let hundredths = (millis + 5) / 10;
    format!("{}.{:02} cores", hundredths / 100, hundredths % 100)
}

/// So many bytes, in the largest unit of which there is one.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut unit = 0;
    let mut size = 1_u64;
    while unit + 1 < UNITS.len() && bytes >= size * 1_024 {
        unit += 1;
        size *= 1_024;
    }
    let tenths = u128::from(bytes) * 10 / u128::from(size);
    // A tenth of something large says nothing.
    if unit == 0 || tenths >= 1_000 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        assert_eq!([0, 4, 5, 1_250].map(cores), ["0.00 cores", "0.00 cores", "0.01 cores", "1.25 cores"]);
        assert_eq!(
            [0, 1_023, 1_536, 300 << 20, 2 << 30, 5 << 40].map(bytes),
            ["0 B", "1023 B", "1.5 KiB", "300 MiB", "2.0 GiB", "5120 GiB"]
        );
    }
}
