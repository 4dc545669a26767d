import { expect, test } from 'vitest';
import { trimFunction } from './trim-function.ts';

test.each([
  // C++
  ['int main(int, char**)', 'main'],
  ['void app::Queue<int, std::allocator<int>>::push(int const&)', 'app::Queue<T>::push'],
  ['app::Store::size() const', 'app::Store::size'],
  ['std::ostream& operator<<(std::ostream&, app::Order const&)', 'operator<<'],
  ['app::Compare::operator()(int, int) const', 'app::Compare::operator()'],
  ['bool app::operator< <int>(app::V<int> const&)', 'app::operator< <T>'],
  ['(anonymous namespace)::helper(int)', '(anonymous namespace)::helper'],
  ["`anonymous namespace'::helper(int)", "`anonymous namespace'::helper"],
  ['?A0xabcdef01::helper', "`anonymous namespace'::helper"],
  ['main::{lambda(int)#2}::operator()', 'main::lambda::operator()'],
  ['main::<lambda_0123456789abcdef0123456789abcdef>::operator()', 'main::<lambda>::operator()'],
  ['main::$_14::operator()', 'main::lambda::operator()'],
  ['@_CxxThrow@8', '_CxxThrow'],
  // Rust
  ['app::pay::hbd1d2ff6c1a2b3c4', 'app::pay'],
  ['<app::Cart as core::fmt::Debug>::fmt::h0123456789abcdef', 'app::Cart::fmt'],
  ['<T as app::Price>::total', 'app::Price::total'],
  ['alloc::vec::Vec<T,A>::push', 'alloc::vec::Vec<T>::push'],
  // Swift
  ['@objc Cart.pay(amount: Int) -> Swift.Bool', 'Cart.pay'],
  ['specialized static Cart.pay(Int)', 'Cart.pay'],
  // Objective-C keeps its selector.
  ['-[Cart pay:with:]', '-[Cart pay:with:]'],
  [' +[Cart shared]', '+[Cart shared]'],
  ['<redacted>', '<redacted>'],
  ['<unknown>', '<unknown>'],
  // A name that is all brackets is kept.
  ['(pay)', '(pay)'],
])('of the native function %j remains %j', (name, expected) => {
  expect(trimFunction(name, 'native')).toBe(expected);
});

test('C# keeps what stands before the arguments', () => {
  expect(trimFunction('Shop.Cart:Pay (System.Int32 amount)', 'csharp')).toBe('Shop.Cart:Pay');
});

test('names of other platforms are left alone', () => {
  expect(trimFunction('Cart<Item>.pay(amount)', 'java')).toBe('Cart<Item>.pay(amount)');
});

test('unbalanced brackets end, whatever comes of them', () => {
  for (const bracket of ['<', '>', '(', ')', '{', '[', '<(', ')>', '{lambda(']) {
    expect(typeof trimFunction(bracket.repeat(2000), 'native')).toBe('string');
  }
});
