//! A JSON value as something that serde reads types from: each type is asked for its own kind of value and no other.

#![expect(clippy::needless_pass_by_value, reason = "one macro calls all that read a kind of value alike")]

use std::vec;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Value, map};

use super::Unreadable;

type Read<T> = Result<T, Unreadable>;

const OTHER_KIND: Unreadable = Unreadable("a value of its type");

pub(super) struct Reader(pub(super) Value);

/// Methods that read a kind of value alike.
macro_rules! alike {
    ($($method:ident)* => $read:ident) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            $read(self.0, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Unreadable;

    alike!(deserialize_any deserialize_bytes deserialize_byte_buf deserialize_f32 deserialize_f64 => any);
    alike!(deserialize_bool => flag);
    alike!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 => whole);
    alike!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 => whole);
    alike!(deserialize_char deserialize_str deserialize_string deserialize_identifier => text);
    alike!(deserialize_unit => unit);
    alike!(deserialize_seq => list);
    alike!(deserialize_map => object);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        unit(self.0, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        list(self.0, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Read<V::Value> {
        list(self.0, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        object(self.0, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(variant(self.0)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }
}

/// For what does not know beforehand what it is.
fn any<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    match value {
        Value::Null => visitor.visit_unit(),
        Value::Bool(flag) => visitor.visit_bool(flag),
        Value::Number(number) if number.is_f64() => visitor.visit_f64(number.as_f64().ok_or(OTHER_KIND)?),
        Value::Number(_) => whole(value, visitor),
        Value::String(text) => visitor.visit_string(text),
        Value::Array(_) => list(value, visitor),
        Value::Object(_) => object(value, visitor),
    }
}

fn flag<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    visitor.visit_bool(value.as_bool().ok_or(OTHER_KIND)?)
}

fn whole<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    match value.as_u64() {
        Some(number) => visitor.visit_u64(number),
        None => visitor.visit_i64(value.as_i64().ok_or(OTHER_KIND)?),
    }
}

fn text<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    match value {
        Value::String(text) => visitor.visit_string(text),
        _ => Err(OTHER_KIND),
    }
}

fn unit<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    if value.is_null() { visitor.visit_unit() } else { Err(OTHER_KIND) }
}

fn list<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    let Value::Array(list) = value else { return Err(OTHER_KIND) };
    let mut items = Items(list.into_iter());
    let read = visitor.visit_seq(&mut items)?;
    if items.0.len() == 0 { Ok(read) } else { Err(OTHER_KIND) }
}

fn object<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Read<V::Value> {
    match value {
        Value::Object(map) => visitor.visit_map(Members { left: map.into_iter(), value: Value::Null }),
        _ => Err(OTHER_KIND),
    }
}

/// A variant of an enum: its name, or an object with its name and what belongs to it.
fn variant(value: Value) -> Read<Variant> {
    match value {
        Value::String(name) => Ok(Variant { name, content: Value::Null }),
        Value::Object(map) => only(map),
        _ => Err(OTHER_KIND),
    }
}

fn only(map: Map<String, Value>) -> Read<Variant> {
    let mut members = map.into_iter();
    match (members.next(), members.next()) {
        (Some((name, content)), None) => Ok(Variant { name, content }),
        _ => Err(OTHER_KIND),
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        self.0.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Members {
    left: map::IntoIter,
    /// The value whose name was read.
    value: Value,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Reader(Value::String(name))).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        seed.deserialize(Reader(self.value.take()))
    }
}

struct Variant {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Reader;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<(T::Value, Reader)> {
        Ok((seed.deserialize(Reader(Value::String(self.name)))?, Reader(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        if self.0.is_null() { Ok(()) } else { Err(OTHER_KIND) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        list(self.0, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        object(self.0, visitor)
    }
}
