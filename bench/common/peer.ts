import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { packageRoot } from '../../src/core/index.js';

/** A peer that runs, and what it is made of; undefined where there is none. */
export type Started = { peer: Peer; versions: Record<string, string> } | undefined;

/**
 * A program, mostly Python, that measures the peer: a JSON request a line in, a JSON answer a line out, the
 * first answer being its versions. It stays alive, so that ours and the peer take turns in one run.
 */
export class Peer {
  private readonly answers: AsyncIterator<string>;

  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    lines: Interface,
  ) {
    this.answers = lines[Symbol.asyncIterator]();
  }

  /**
   * Starts `bench/peers/<name>.py` with `python` (default: BENCH_PYTHON, then python3), one thread.
   *
   * @returns undefined, having said why, when that Python lacks what the program imports
   */
  static start(
    name: string,
    python = process.env.BENCH_PYTHON ?? 'python3',
    args: readonly string[] = [],
  ): Promise<Started> {
    const script = join(packageRoot(), 'bench/peers', `${name}.py`);
    return Peer.run(python, [script, ...args], {
      OMP_NUM_THREADS: '1',
      NO_ALBUMENTATIONS_UPDATE: '1',
    });
  }

  /** Starts any program that answers in that way, with more environment variables. */
  static async run(
    command: string,
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<Started> {
    const child = spawn(command, args, { env: { ...process.env, ...env } });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk).slice(-2000)));
    child.on('error', (error) => (complaint = error.message));
    const peer = new Peer(child, createInterface(child.stdout));
    const first = await peer.answers.next();
    if (!first.done) return { peer, versions: JSON.parse(first.value) as Record<string, string> };
    const reason = complaint.trim().split('\n').at(-1) ?? '';
    console.log(`no peer (${command}: ${reason}); set BENCH_PYTHON to a Python with the package`);
    return undefined;
  }

  async ask<T>(request: object): Promise<T> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.answers.next();
    if (answer.done) throw new Error('the peer exited before answering');
    return JSON.parse(answer.value) as T;
  }

  close(): void {
    this.process.stdin.end();
  }
}
