import { join } from 'node:path';
import { makeBase } from '../support/base.mjs';
import { here, lastWords, runNode, slowness, verdictOf } from '../support/command.mjs';

/** Megabytes that a process may grow by from half of the repetitions to all of them. */
const growth = 48;

/**
 * Does the same many times in one process: descriptors and tensors must be as many after as before, and memory must
 * not grow any more once the first half is done.
 */
export async function leaks({ tally, work, base, long }) {
  await makeBase(base, ['trained']);
  const limit = 300 * slowness();
  const cases = [
    ['loaders closed early', 'loaders', 60],
    ['learn in one process', 'learn', long ? 8 : 3],
    ['predict in one process', 'predict', long ? 100 : 20],
  ];
  for (const [name, what, times] of cases) {
    const probe = join(here, 'leaks/probe.mjs');
    const ended = await runNode(['--expose-gc', probe, what, String(times), base, work], { limit });
    const verdict = verdictOf(ended);
    if (verdict !== 'accepted') {
      tally.record(name, verdict, { what: lastWords(ended) });
      continue;
    }
    const { before, half, after } = JSON.parse(ended.out.trim().split('\n').at(-1));
    const again = `probe.mjs ${what} ${times}`;
    const files = after.files - before.files;
    const tensors = Math.max(before.tensors, half.tensors, after.tensors);
    const megabytes = (after.resident - half.resident) / 2 ** 20;
    tally.notes.push(
      `${name}, ${times} times: ${files} descriptors, ${tensors} tensors, ${megabytes.toFixed(0)} MB in the second half`,
    );
    // A thread that is about to end may still hold one or two.
    check(`${name}: descriptors`, files <= 2, `${files} more open after ${times}`);
    check(`${name}: tensors`, tensors <= 0, `${tensors} left to the collector`);
    check(`${name}: memory`, megabytes <= growth, `${megabytes.toFixed(0)} MB in the second half`);

    function check(row, good, problem) {
      tally.record(row, good ? 'accepted' : 'leak', { what: `${row}: ${problem}`, again });
    }
  }
}
