import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError, writeAtomic } from '../../core/index.js';
import type { EventLog, Outcome, Scalar } from './scalars.js';

/** Seconds after which a request counts as failed. */
const patience = 10;
/** Of one request (MLflow's REST interface, `runs/log-batch`). */
const mostMetrics = 1000;
const mostParams = 100;
const longestParam = 500;
/** Numbers that wait for a server which does not answer; older ones are dropped. */
const mostWaiting = 20_000;

const kept = z.object({ uri: z.string(), runId: z.string() });

export interface MlflowOptions {
  /** Address of the server. */
  readonly uri: string;
  /** Where the run's name at the server is kept, so that a resumed run goes on in it. */
  readonly file: string;
  /** What the run is called there. */
  readonly name: string;
  readonly experiment?: string;
  onFailure(error: unknown): void;
}

/**
 * A run at an MLflow server, by its REST interface (version 2.0). Requests are made one after the other, beside the run; what
 * cannot be sent waits for the next one, and the last.
 */
export function mlflowLog({
  uri,
  file,
  name,
  experiment = defaultExperiment(),
  onFailure,
}: MlflowOptions): EventLog {
  const call = caller(uri);
  let waiting: (Scalar & { timestamp: number })[] = [];
  let runId: string | undefined;
  let begun: (() => Promise<void>) | undefined;
  let sending: Promise<void> | undefined;
  let told = false;

  const start = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    runId = keptRun(file, uri);
    if (runId !== undefined) {
      await call('POST', 'runs/update', { run_id: runId, status: 'RUNNING' });
      return;
    }
    const experimentId = await experimentCalled(experiment, call);
    const { run } = answerOf(
      z.looseObject({ run: z.looseObject({ info: z.looseObject({ run_id: z.string() }) }) }),
      await call('POST', 'runs/create', {
        experiment_id: experimentId,
        start_time: Date.now(),
        run_name: name,
        tags: [{ key: 'mlflow.source.name', value: 'safe-augment' }],
      }),
    );
    runId = run.info.run_id;
    writeAtomic(file, `${JSON.stringify({ uri, runId })}\n`);
    const params = paramsOf(settings);
    for (let at = 0; at < params.length; at += mostParams)
      await call('POST', 'runs/log-batch', {
        run_id: runId,
        params: params.slice(at, at + mostParams),
      });
  };

  const send = async (): Promise<void> => {
    if (begun === undefined) return;
    try {
      if (runId === undefined) await begun();
      while (waiting.length > 0) {
        const batch = waiting.slice(0, mostMetrics);
        const metrics = batch.map(({ name: key, value, step, timestamp }) => ({
          key,
          value,
          step,
          timestamp,
        }));
        await call('POST', 'runs/log-batch', { run_id: runId, metrics });
        waiting = waiting.slice(batch.length);
      }
    } catch (error) {
      if (!told) onFailure(error);
      told = true;
    }
  };
  const flush = (): void => {
    sending ??= send().finally(() => (sending = undefined));
  };

  return {
    begin(settings) {
      begun = () => start(settings);
      flush();
    },
    write(scalars) {
      const timestamp = Date.now();
      // JSON has neither of these.
      const finite = scalars.filter(({ value }) => Number.isFinite(value));
      waiting = [...waiting, ...finite.map((scalar) => ({ ...scalar, timestamp }))].slice(
        -mostWaiting,
      );
      flush();
    },
    async close(outcome: Outcome) {
      await sending;
      await send();
      if (runId === undefined || waiting.length > 0) return;
      const status = { finished: 'FINISHED', stopped: 'KILLED', failed: 'FAILED' }[outcome];
      try {
        await call('POST', 'runs/update', { run_id: runId, status, end_time: Date.now() });
      } catch (error) {
        if (!told) onFailure(error);
      }
    },
  };
}

/** @throws UserError `LOG_UNREACHABLE` where no MLflow server answers */
export async function requireMlflow(uri: string): Promise<void> {
  try {
    await caller(uri)('GET', 'experiments/search?max_results=1');
  } catch (cause) {
    throw new UserError(
      'LOG_UNREACHABLE',
      'The MLflow server does not answer.',
      {
        where: `--log mlflow:${uri}`,
        expected: 'the address of an MLflow server, such as http://localhost:5000',
        got: reasonOf(cause),
        remedy:
          'start it (mlflow server), mend the address, or leave out --log; credentials are read from MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD',
      },
      { cause },
    );
  }
}

/** What went wrong with a request, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message}: ${cause.message}`
    : error.message;
}

type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

function caller(uri: string): Call {
  const base = `${uri.replace(/\/+$/, '')}/api/2.0/mlflow/`;
  return async (method, path, body) => {
    const response = await fetch(new URL(path, base), {
      method,
      headers: { 'content-type': 'application/json', ...credentials() },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience * 1000),
    });
    const text = await response.text();
    if (!response.ok) throw new Refused(response.status, text);
    return JSON.parse(text) as unknown;
  };
}

/** An answer of the server that says no. */
class Refused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`the server answers ${status}: ${text.slice(0, 200)}`);
  }
}

/** As MLflow's own clients read them from the environment. */
function credentials(): Record<string, string> {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user } = process.env;
  if (token) return { authorization: `Bearer ${token}` };
  if (!user) return {};
  const pair = `${user}:${process.env.MLFLOW_TRACKING_PASSWORD ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

const defaultExperiment = (): string => process.env.MLFLOW_EXPERIMENT_NAME ?? 'safe-augment';

async function experimentCalled(name: string, call: Call): Promise<string> {
  try {
    const found = await call(
      'GET',
      `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`,
    );
    const { experiment } = answerOf(
      z.looseObject({ experiment: z.looseObject({ experiment_id: z.string() }) }),
      found,
    );
    return experiment.experiment_id;
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error;
  }
  const made = await call('POST', 'experiments/create', { name });
  return answerOf(z.looseObject({ experiment_id: z.string() }), made).experiment_id;
}

function answerOf<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error('the server answers, but not as MLflow does');
}

function keptRun(file: string, uri: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const found = kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    return found.uri === uri ? found.runId : undefined;
  } catch {
    return undefined;
  }
}

/** Settings as MLflow's parameters: `schedule.warmup`, each at most 500 characters. */
function paramsOf(
  settings: Readonly<Record<string, unknown>>,
  prefix = '',
): { key: string; value: string }[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    const isInner = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isInner) return paramsOf(value as Record<string, unknown>, `${key}.`);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return [{ key, value: text.slice(0, longestParam) }];
  });
}
