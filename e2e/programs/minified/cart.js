// What a shop's page runs; built and minified by each bundler in its turn.
class PaymentError extends Error {
  name = 'PaymentError';
}

export function chargeCard(cart) {
  if (cart.total > 100) {
    // The line that a person should see.
    throw new PaymentError(`Card declined for cart ${cart.id}`);
  }
  return cart.total;
}

export function checkOut(cart) {
  const receipt = chargeCard({ ...cart, total: cart.items.reduce((sum, item) => sum + item.price, 0) });
  document.title = `Paid ${receipt}`;
}
