/** Prints as programs without a logging library do: plain lines, JSON, a logged error, and last one that nobody caught. */
console.log('listening on port 3000');
console.log(JSON.stringify({ level: 50, time: Date.now(), msg: 'card refused', user_id: 42 }));
console.log('\u001b[31mERROR\u001b[0m in colour');
function total(items) {
  return items.map(({ price }) => price);
}
try {
  total(undefined);
} catch (error) {
  console.error(error);
}
console.log('going on');
total(undefined);
