import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { firstNode, launchOf, tasksHere } from '../../src/run/processes/launch.js';

/** What torchrun sets for the second of two processes. */
const torchrun = {
  ...{ RANK: '1', WORLD_SIZE: '2', LOCAL_RANK: '1', LOCAL_WORLD_SIZE: '2' },
  ...{ MASTER_ADDR: '10.0.0.1', MASTER_PORT: '29500' },
};

test('a process that nobody launched is alone', () => {
  const { rank, size, id, restarts } = launchOf({});
  assert.deepEqual({ rank, size, id, restarts }, { rank: 0, size: 1, id: '', restarts: 0 });
});

test('RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT say which process this is', () => {
  const launch = launchOf(torchrun);
  assert.equal(launch.rank, 1);
  assert.equal(launch.size, 2);
  assert.equal(launch.localSize, 2);
  assert.equal(launch.host, '10.0.0.1');
  assert.equal(launch.port, 29500);
});

test('where torchrun keeps the port for its own store, ours is another', () => {
  const agent = { TORCHELASTIC_USE_AGENT_STORE: 'True' };
  assert.equal(launchOf({ ...torchrun, ...agent }).port, 30500);
  assert.equal(launchOf({ ...torchrun, ...agent, MASTER_PORT: '65000' }).port, 64000);
});

test('all starts of a launch have one name, and other launches have others', () => {
  const start = (folder: string, count: number) =>
    launchOf({
      ...torchrun,
      TORCHELASTIC_RUN_ID: 'none',
      TORCHELASTIC_RESTART_COUNT: String(count),
      TORCHELASTIC_ERROR_FILE: `/tmp/torchelastic_${folder}/none_x/attempt_${count}/1/error.json`,
    });
  assert.equal(start('a', 0).id, start('a', 1).id);
  assert.notEqual(start('a', 0).id, start('b', 0).id);
  assert.equal(start('a', 1).restarts, 1);
});

test('what contradicts itself is refused', () => {
  const bad = [
    { ...torchrun, RANK: '2' },
    { ...torchrun, WORLD_SIZE: 'two' },
    { ...torchrun, MASTER_ADDR: undefined },
    { ...torchrun, MASTER_PORT: '' },
  ];
  for (const env of bad)
    assert.throws(
      () => launchOf(env),
      (error) => error instanceof UserError && error.code === 'PROCESSES_START',
      JSON.stringify(env),
    );
});

/** What srun sets for the third of four tasks, two a node. */
const srun = {
  ...{ SLURM_JOB_ID: '41', SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '4', SLURM_PROCID: '2' },
  ...{ SLURM_LOCALID: '0', SLURM_NODEID: '1', SLURM_STEP_TASKS_PER_NODE: '2(x2)' },
  SLURM_STEP_NODELIST: 'gpu[07-08]',
};

test('srun says the same by its own names', () => {
  const launch = launchOf(srun);
  assert.equal(launch.rank, 2);
  assert.equal(launch.size, 4);
  assert.equal(launch.localRank, 0);
  assert.equal(launch.localSize, 2);
  assert.equal(launch.host, 'gpu07');
  assert.equal(launch.port, launchOf({ ...srun, SLURM_PROCID: '0' }).port);
  assert.notEqual(launch.port, launchOf({ ...srun, SLURM_STEP_ID: '1' }).port);
});

test('a batch script with several tasks is one process, and a requeued job knows it', () => {
  const batch = { SLURM_JOB_ID: '41', SLURM_NTASKS: '4', SLURM_PROCID: '0' };
  assert.equal(launchOf(batch).size, 1);
  const again = launchOf({ ...batch, SLURM_RESTART_COUNT: '1' });
  assert.equal(again.restarts, 1);
  assert.equal(again.id, launchOf(batch).id);
});

test('lists of nodes and tasks are read as Slurm writes them', () => {
  assert.equal(firstNode('node1'), 'node1');
  assert.equal(firstNode('gpu[03-05,9],login'), 'gpu03');
  assert.equal(firstNode('gpu[3,9]'), 'gpu3');
  assert.throws(() => firstNode(''), UserError);
  assert.equal(tasksHere('2(x3),1', 2), 2);
  assert.equal(tasksHere('2(x3),1', 3), 1);
  assert.equal(tasksHere('2(x3),1', 4), undefined);
  assert.equal(tasksHere('many', 0), undefined);
});
