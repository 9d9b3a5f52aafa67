import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { EndedElsewhere, Interrupted, UserError } from '../../core/index.js';
import {
  canJoinProcesses,
  connectProcesses,
  buildCommand,
  engineInfo,
  joinProcesses,
  leaveProcesses,
  lostProcess,
  ProcessLost,
  tellProcesses,
  toldProcesses,
} from '../../tensor/index.js';
import type { Launch } from './launch.js';

/** Seconds in which all processes of a launch must have started. */
const startSeconds = 120;
/** Seconds for which process 0, before it ends, waits for the others to know. */
const farewellSeconds = 3;
/** Milliseconds between two looks for a message: few at first, for those who wait only for a moment. */
const look = { first: 5, most: 100 };
const interruptedCode = 130;

/** What a process leaves behind that ends before the others. */
const endSchema = z.object({ rank: z.int(), exitCode: z.int(), message: z.string() });

/**
 * The processes of a launch. Process 0 tells the others what to do, in the order in which they ask; all look after each other:
 * where one dies, no other waits for it.
 */
export class ProcessGroup {
  private told = 0;
  private heard = 0;

  private constructor(readonly launch: Launch) {}

  get rank(): number {
    return this.launch.rank;
  }

  get size(): number {
    return this.launch.size;
  }

  /** Whether this process shares its host with process 0. */
  get besideFirst(): boolean {
    return this.rank < this.launch.localSize;
  }

  /**
   * Meets the others.
   *
   * @throws UserError `PROCESSES_MISSING`, `PROCESSES_PORT`, `PROCESSES_START`
   */
  static async join(launch: Launch): Promise<ProcessGroup> {
    const { rank, size, port, id, restarts } = launch;
    if (!canJoinProcesses()) throw notBuilt();
    const host = await addressOf(launch.host);
    if (rank > 0) await answering(host, launch);
    try {
      joinProcesses({ host, port, rank, size, name: `${id} ${restarts}` });
    } catch (cause) {
      throw notMet(launch, cause);
    }
    const group = new ProcessGroup(launch);
    await group.gather();
    connectProcesses(await ownAddress(host, launch), process.env.GLOO_SOCKET_IFNAME);
    return group;
  }

  /** Process 0 to all others, which `hear` it. Anything that JSON can hold. */
  tell(message: unknown): void {
    tellProcesses(`message/${this.told++}`, JSON.stringify(message));
  }

  /**
   * The next of process 0's messages, however long it takes.
   *
   * @throws ProcessLost where it ends before
   */
  async hear<S extends z.ZodType>(schema: S): Promise<z.output<S>> {
    const text = await this.await(`message/${this.heard++}`);
    return schema.parse(JSON.parse(text));
  }

  /** What an error of this process means: where another one has ended the work, that one's. */
  meaningOf(error: unknown): unknown {
    // What was given up because another process was lost has no end of its own.
    const givenUp = error instanceof Interrupted && error.out === undefined;
    const reason = error instanceof ProcessLost ? error.reason : givenUp ? lostProcess() : '';
    if (reason === '') return error;
    const end = endIn(reason);
    if (this.rank > 0) return new EndedElsewhere(end?.exitCode ?? 1);
    if (end?.exitCode === interruptedCode) return new Interrupted();
    return new UserError('PROCESS_LOST', 'Another process of this training has ended.', {
      where: end === undefined ? `one of ${this.size}` : `process ${end.rank} of ${this.size}`,
      got: end?.message ?? reason,
      remedy: 'see what it has printed; start all again, with --resume where the run has begun',
    });
  }

  /** This process is done, and so are the others for all that it knows. */
  async leave(): Promise<void> {
    leaveProcesses();
    if (this.rank === 0) await this.farewell();
  }

  /** This process ends before the others are done: they end too. */
  async end(error: unknown, exitCode: number): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    try {
      tellProcesses('ended', JSON.stringify({ rank: this.rank, exitCode, message }));
      leaveProcesses();
      if (this.rank === 0) await this.farewell();
    } catch {
      // Process 0 is gone, and the others know.
    }
  }

  /** The store ends with process 0: the others read their last message first. */
  private async farewell(): Promise<void> {
    const end = performance.now() + farewellSeconds * 1000;
    for (let other = 1; other < this.size; other++)
      while (toldProcesses(`left/${other}`) === undefined && performance.now() < end)
        await after(look.most);
  }

  /** Waits until all have come. */
  private async gather(): Promise<void> {
    const { rank, size } = this;
    tellProcesses(`here/${rank}`, 'yes');
    const end = performance.now() + startSeconds * 1000;
    for (let other = 0; other < size; other++) await this.await(`here/${other}`, end, other);
  }

  private async await(key: string, end = Infinity, other = 0): Promise<string> {
    for (let pause = look.first; ; pause = Math.min(look.most, 2 * pause)) {
      const text = toldProcesses(key);
      if (text !== undefined) return text;
      const reason = lostProcess();
      if (reason !== '') throw new ProcessLost(reason);
      if (performance.now() > end) throw absent(other, this.size);
      await after(pause);
    }
  }
}

function endIn(reason: string): z.output<typeof endSchema> | undefined {
  try {
    return endSchema.safeParse(JSON.parse(reason)).data;
  } catch {
    return undefined;
  }
}

/** By number: libtorch asks for both kinds of address by name, and complains where there is one. */
async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    return host;
  }
}

/** Waits until process 0's store answers. */
async function answering(host: string, { port, size }: Launch): Promise<void> {
  const end = performance.now() + startSeconds * 1000;
  while (!(await answers(host, port))) {
    if (performance.now() > end) throw absent(0, size, `${host}:${port}`);
    await after(look.most);
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', settle(true));
    socket.once('timeout', settle(false));
    socket.once('error', settle(false));
  });
}

/** The address by which others reach this host: the one that leads to process 0. */
async function ownAddress(host: string, { size, localSize }: Launch): Promise<string> {
  const address = await addressTo(host);
  if (size === localSize || !address.startsWith('127.')) return address;
  // Process 0's host, which names itself by an address that no other can use.
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? address;
}

function addressTo(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', reject);
    // Nothing is sent: the system only chooses the way.
    socket.connect(9, host, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}

function notBuilt(): UserError {
  return new UserError('PROCESSES_MISSING', 'The engine cannot train in several processes.', {
    expected: 'a libtorch with its distributed part (Gloo), on Linux',
    got: `libtorch ${engineInfo().libtorch} (${engineInfo().source}) without it`,
    remedy: `start one process, or install PyTorch’s or Debian’s libtorch and build again: ${buildCommand()}`,
  });
}

function notMet({ rank, host, port }: Launch, cause: unknown): UserError {
  return new UserError(
    'PROCESSES_PORT',
    rank === 0 ? 'Cannot open the port where processes meet.' : 'Cannot reach process 0.',
    {
      where: `${host}:${port}`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose another with torchrun --master-port, or MASTER_PORT under srun',
    },
    { cause },
  );
}

function absent(other: number, size: number, where?: string): UserError {
  return new UserError('PROCESSES_START', 'Not all processes have started.', {
    where,
    expected: `${size} processes within ${startSeconds} s`,
    got: `no process ${other}`,
    remedy:
      'see what it has printed; between hosts, MASTER_ADDR must lead to process 0 (and GLOO_SOCKET_IFNAME names the network)',
  });
}
