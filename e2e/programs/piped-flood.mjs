/** Prints so many lines as fast as they are taken, says on standard error that it has, and ends when its input does. */
import { writeSync } from 'node:fs';

const [count = '1'] = process.argv.slice(2);
const filler = 'x'.repeat(480);
for (let from = 0; from < Number(count); from += 1_000) {
  let text = '';
  for (let n = from; n < Math.min(from + 1_000, Number(count)); n += 1) text += `line ${n} ${filler}\n`;
  for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
}
writeSync(2, 'printed all\n');
process.stdin.resume();
