/** When an error of a log and one of an SDK are the same, and when they are two. */
import { expect, test } from 'vitest';
import { twinSourceOf } from './twin-facts.ts';
import { type TwinEvent, TwinWindow } from './twin-window.ts';

let ids = 0;
function event(
  fromLog: boolean,
  more: Partial<TwinEvent> & { call?: string; message?: string; type?: string } = {},
) {
  const { call = 'Cart.total', message = 'no cart', type = 'TypeError', ...fields } = more;
  const frames = [{ function: call, filename: 'cart.js', lineno: 3, in_app: true }];
  const values = [{ type, value: message, stacktrace: { frames } }];
  const facts = twinSourceOf({ exception: { values } })!.facts;
  const named = { project: 1, eventId: `e${ids++}`, hash: 'h', at: 1_000, trace: '', request: '', user: '' };
  return { ...named, environment: '', facts, fromLog, ...fields } satisfies TwinEvent;
}

/** Whether the second is found to be the first; both decided, each in a batch of its own. */
function areOne(first: TwinEvent, second: TwinEvent): boolean {
  const window = new TwinWindow();
  const before = window.turn();
  before.keep(first);
  before.commit();
  return window.turn().find(second) !== null;
}
const sdk = (more = {}) => event(false, more);
const log = (more = {}) => event(true, more);

test.each<[string, boolean, TwinEvent, TwinEvent]>([
  ['of one moment', true, sdk(), log({ at: 3_900 })],
  ['of one moment, the log first', true, log(), sdk({ at: 3_900 })],
  ['seconds apart', false, sdk(), log({ at: 4_100 })],
  ['of one trace, minutes apart', true, sdk({ trace: 't' }), log({ trace: 't', at: 500_000 })],
  ['of one request', true, sdk({ request: 'r' }), log({ request: 'r', at: 60_000 })],
  ['of one trace, an hour apart', false, sdk({ trace: 't' }), log({ trace: 't', at: 3_600_000 })],
  [
    'of two traces and one moment: two tracers in one program',
    true,
    sdk({ trace: 'a' }),
    log({ trace: 'b' }),
  ],
  ['of two users', false, sdk({ user: '1' }), log({ user: '2' })],
  ['of two requests', false, sdk({ request: 'a' }), log({ request: 'b' })],
  ['of two environments', false, sdk({ environment: 'production' }), log({ environment: 'staging' })],
  ['of two projects', false, sdk(), log({ project: 2 })],
  ['with other messages', false, sdk({ trace: 't' }), log({ trace: 't', message: 'no card for it' })],
  ['with a message that one has cut', true, sdk({ trace: 't' }), log({ trace: 't', message: 'no cart' })],
  ['of other types', false, sdk({ trace: 't' }), log({ trace: 't', type: 'RangeError' })],
  ['of one type, with and without its module', true, sdk({ type: 'shop.NoCart' }), log({ type: 'NoCart' })],
  ['at other places', false, sdk({ trace: 't' }), log({ trace: 't', call: 'pay' })],
  ['of one origin', false, log({ trace: 't' }), log({ trace: 't' })],
])('%s: %s', (_, one, first, second) => {
  expect(areOne(first, second)).toBe(one);
});

test('without a trace one answers for one', () => {
  const window = new TwinWindow();
  const turn = window.turn();
  turn.keep(sdk());
  expect(turn.find(log())).not.toBeNull();
  expect(turn.find(log())).toBeNull();
  turn.commit();
  expect(window.turn().find(log())).toBeNull();
});

test('what is logged at each layer of a request is one error of its SDK', () => {
  const window = new TwinWindow();
  window.add(sdk({ trace: 't' }));
  for (let layer = 0; layer < 3; layer += 1) {
    const turn = window.turn();
    expect(turn.find(log({ trace: 't' }))).not.toBeNull();
    turn.commit();
  }
});

test('what an SDK sends twice in a trace happened twice', () => {
  const window = new TwinWindow();
  window.add(log({ trace: 't' }));
  const turn = window.turn();
  expect(turn.find(sdk({ trace: 't' }))).not.toBeNull();
  expect(turn.find(sdk({ trace: 't' }))).toBeNull();
});

test('a batch that is not decided leaves nothing behind', () => {
  const window = new TwinWindow();
  window.turn().keep(sdk());
  expect(window.turn().find(log())).toBeNull();
});

test('the oldest go when there are too many', () => {
  const window = new TwinWindow();
  window.add(sdk({ trace: 'old' }));
  for (let n = 0; n < 40_000; n += 1) window.add(sdk({ trace: `t${n}`, message: `no cart ${n}` }));
  expect(window.turn().find(log({ trace: 'old', at: 5_000 }))).toBeNull();
  expect(window.turn().find(log({ trace: 't39999', message: 'no cart 39999' }))).not.toBeNull();
});
