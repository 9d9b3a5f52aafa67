import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { UserError } from '../../../src/core/index.js';
import { mlflowLog, requireMlflow } from '../../../src/run/logs/mlflow.js';

interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

let server: Server;
let uri: string;
let folder: string;
let asked: Asked[];
/** Answers with this status while it is set. */
let broken: number | undefined;

before(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const path = request.url!.replace('/api/2.0/mlflow/', '');
      asked.push({ path, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) });
      const [status, body] = answerTo(path);
      response.writeHead(broken ?? status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(broken === undefined ? body : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlflow-'));
  asked = [];
  broken = undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function answerTo(path: string): [number, object] {
  if (path.startsWith('experiments/get-by-name'))
    return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }];
  if (path === 'experiments/create') return [200, { experiment_id: '7' }];
  if (path === 'runs/create') return [200, { run: { info: { run_id: 'r1' } } }];
  return [200, {}];
}

const failures: unknown[] = [];
const log = () =>
  mlflowLog({
    uri,
    file: join(folder, 'mlflow.json'),
    name: 'runs/x',
    experiment: 'e',
    onFailure: (error) => failures.push(error),
  });
const pathsOf = (): string[] => asked.map(({ path }) => path.split('?')[0]);

test('makes experiment and run, sends settings and figures, and says how the run ended', async () => {
  const run = log();
  run.begin({ seed: 3, schedule: { name: 'onecycle' }, augmentations: [{ name: 'Blur' }] }, 1);
  run.write([{ name: 'loss/train', value: 0.5, step: 1 }]);
  run.write([
    { name: 'loss/train', value: 0.4, step: 2 },
    { name: 'loss/held-out', value: NaN, step: 2 },
  ]);
  await run.close('finished');
  assert.deepEqual(pathsOf().slice(0, 4), [
    'experiments/get-by-name',
    'experiments/create',
    'runs/create',
    'runs/log-batch',
  ]);
  assert.deepEqual(asked[3].body, {
    run_id: 'r1',
    params: [
      { key: 'seed', value: '3' },
      { key: 'schedule.name', value: 'onecycle' },
      { key: 'augmentations', value: '[{"name":"Blur"}]' },
    ],
  });
  const metrics = asked.flatMap(({ body }) => (body.metrics ?? []) as Record<string, unknown>[]);
  assert.deepEqual(
    metrics.map(({ key, value, step }) => [key, value, step]),
    [
      ['loss/train', 0.5, 1],
      ['loss/train', 0.4, 2],
    ],
  );
  assert.equal(asked.at(-1)!.body.status, 'FINISHED');
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'mlflow.json'), 'utf8')), {
    uri,
    runId: 'r1',
  });
});

test('a resumed run goes on in the run that the server knows', async () => {
  const first = log();
  first.begin({}, 1);
  await first.close('stopped');
  assert.equal(asked.at(-1)!.body.status, 'KILLED');
  asked = [];
  const second = log();
  second.begin({}, 3);
  second.write([{ name: 'loss', value: 1, step: 3 }]);
  await second.close('finished');
  assert.deepEqual(pathsOf(), ['runs/update', 'runs/log-batch', 'runs/update']);
});

test('what a failing server has not taken is sent later, and said once', async () => {
  failures.length = 0;
  const run = log();
  run.begin({}, 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  broken = 500;
  run.write([{ name: 'loss', value: 1, step: 1 }]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  run.write([{ name: 'loss', value: 2, step: 2 }]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  broken = undefined;
  asked = [];
  await run.close('finished');
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]), /the server answers 500/);
  const sent = asked.flatMap(({ body }) => (body.metrics ?? []) as { step: number }[]);
  assert.deepEqual(
    sent.map(({ step }) => step),
    [1, 2],
  );
});

test('a server that does not answer is refused with the remedy', async () => {
  await requireMlflow(uri);
  broken = 503;
  await assert.rejects(requireMlflow(uri), /the server answers 503/);
  await assert.rejects(
    requireMlflow('http://127.0.0.1:9'),
    (error) =>
      error instanceof UserError &&
      error.code === 'LOG_UNREACHABLE' &&
      /mlflow server/.test(error.problem.remedy!),
  );
});
