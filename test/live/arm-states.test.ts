import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ArmStates } from '../../src/live/arm-states.js';
import { LiveState } from '../../src/live/live-state.js';
import { regionsOf } from '../../src/live/page/regions.js';
import type { RunEvent } from '../../src/run/files/index.js';
import { epoch } from './told-run.js';

const out = mkdtempSync(join(tmpdir(), 'arm-states-'));
after(() => rmSync(out, { recursive: true, force: true }));

const time = '2026-01-02T03:04:05.000Z';
const line = (event: RunEvent): string => `${JSON.stringify({ time, ...event })}\n`;
const trainings = ['none@1', 'all@1', 'all+safe@1'].map((task) => ({
  ...{ task, folder: `arms/${task}` },
  needs: null,
}));
const arms = { time, type: 'arms', trainings } as const;
const write = (task: string, text: string): void => {
  const path = join(out, 'arms', task, 'events.jsonl');
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, text);
};
const shown = (states: ArmStates) =>
  states.look(out).map(({ state, epochs }) => [state, epochs.map((own) => own.epoch)]);

test('trainings are followed by what each process writes, line by line', () => {
  const states = new ArmStates();
  states.add(arms);
  assert.deepEqual(shown(states), [
    ['waiting', []],
    ['waiting', []],
    ['waiting', []],
  ]);
  const first = line(epoch(1));
  write('none@1', line({ type: 'started', out }) + first.slice(0, 40));
  write('all@1', 'not an event\n');
  assert.deepEqual(shown(states)[0], ['training', []]);
  write('none@1', first.slice(40) + line(epoch(2)) + line(epoch(2)));
  assert.deepEqual(shown(states), [
    ['training', [1, 2]],
    ['waiting', []],
    ['waiting', []],
  ]);
  write('none@1', line({ type: 'stopped', reason: 'early', epoch: 2 }));
  assert.deepEqual(shown(states)[0], ['training', [1, 2]]);
  write('all@1', line({ type: 'stopped', reason: 'interrupted', epoch: 1 }));
  assert.equal(shown(states)[1][0], 'stopped');
});

test('what has a result is done, and what failed is tried again in the next sitting', () => {
  const states = new ArmStates();
  states.add(arms);
  writeFileSync(join(out, 'arms', 'none@1', 'results.json'), '{}');
  const ended = { time, type: 'arm', total: 3, done: 1 } as const;
  states.add({ ...ended, task: 'all@1', failed: 'no memory\nmore' });
  states.add({ ...ended, task: 'all+safe@1', metrics: { top1: 0.5 } });
  assert.deepEqual(
    states.look(out).map(({ state }) => state),
    ['done', 'failed', 'done'],
  );
  states.add(arms);
  assert.deepEqual(
    states.look(out).map(({ state }) => state),
    ['done', 'stopped', 'done'],
  );
});

test('the page of a comparison has a line a training and the curves of the latest', () => {
  const state = new LiveState();
  state.watch({
    ...{ command: 'compare', out, data: ['photos'], budget: null, earlier: [arms] },
    resumeCommand: '',
  });
  const figures = [{ key: 'top1', label: 'top-1', better: 'higher', share: true } as const];
  state.add({
    ...{ time, type: 'arm', task: 'all@1', total: 3, done: 1 },
    ...{ metrics: { top1: 0.5 }, figures },
  });
  const { trainings: table, curves } = regionsOf(state, Date.parse(time));
  assert.match(table.toString(), /none@1<\/th>.*2 of 4.*all@1<\/th>.*top-1 50\.0 %/s);
  assert.match(curves.toString(), /none@1.*polyline/s);
});

test('a sitting’s time counts, the break before it does not', () => {
  const at = (seconds: number): string => new Date(Date.parse(time) + 1000 * seconds).toISOString();
  const state = new LiveState();
  state.add({ time: at(0), type: 'started', out });
  state.add({ time: at(30), type: 'phase', phase: 'train' });
  state.add({ time: at(90), type: 'stopped', reason: 'interrupted', epoch: 1 });
  state.add({ time: at(9000), type: 'started', out });
  state.add({ time: at(9010), type: 'phase', phase: 'train' });
  assert.equal(state.seconds(Date.parse(at(9015))), 105);
  state.standing = { kind: 'stopped', saved: true };
  assert.equal(state.seconds(Date.parse(at(9999))), 100);
});
