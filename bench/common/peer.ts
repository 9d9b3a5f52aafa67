import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { packageRoot } from './package-root.js';

/**
 * A Python program that measures the peer: a JSON request a line in, a JSON answer a line out, the
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
   * Starts `bench/peers/<name>.py` with the Python in `BENCH_PYTHON` (default python3), one thread.
   *
   * @returns undefined, having said why, when that Python lacks what the program imports
   */
  static async start(
    name: string,
  ): Promise<{ peer: Peer; versions: Record<string, string> } | undefined> {
    const python = process.env.BENCH_PYTHON ?? 'python3';
    const child = spawn(python, [join(packageRoot(), 'bench/peers', `${name}.py`)], {
      env: { ...process.env, OMP_NUM_THREADS: '1', NO_ALBUMENTATIONS_UPDATE: '1' },
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk).slice(-2000)));
    child.on('error', (error) => (complaint = error.message));
    const peer = new Peer(child, createInterface(child.stdout));
    const first = await peer.answers.next();
    if (!first.done) return { peer, versions: JSON.parse(first.value) as Record<string, string> };
    const reason = complaint.trim().split('\n').at(-1) ?? '';
    console.log(`no peer (${python}: ${reason}); set BENCH_PYTHON to a Python that has it`);
    return undefined;
  }

  async ask<T>(request: object): Promise<T> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.answers.next();
    if (answer.done) throw new Error('the peer ended before it answered');
    return JSON.parse(answer.value) as T;
  }

  close(): void {
    this.process.stdin.end();
  }
}
