import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../core/index.js';
import {
  buildCommand,
  builtEngines,
  engineCommand,
  type ChosenEngine,
} from '../../tensor/index.js';
import type { EngineProbe, MissingEngine, ProbedEngine } from './engine-probe-result.js';
import { good, type Finding } from './finding.js';

/** Seconds after which an engine that does not answer is ended; a first start from a slow disk takes some ten. */
const patience = 120;

/** Loads the engine in a process of its own, and computes with it. @param program what does so */
export async function probeEngine(
  program = fileURLToPath(new URL('./engine-probe.js', import.meta.url)),
): Promise<EngineProbe> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patience * 1000,
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const end = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const line = out.split('\n').find((each) => each.startsWith('{'));
  if (line !== undefined && end === 'exit code 0') return JSON.parse(line) as EngineProbe;
  const [last] = err.trim().split('\n').slice(-1);
  return {
    found: false,
    code: 'ENGINE_CRASHED',
    summary: 'The engine ends the process that loads it.',
    got: last === '' ? end : `${end}: ${last}`,
    remedy: `install or build it anew: ${engineCommand()}`,
  };
}

/** Which engine is used, and why this one. */
export function engineFinding(probe: EngineProbe): Finding {
  if (!probe.found) return missingEngine(probe);
  const { origin, libtorch, root, file, blas, blasFile, cpuCapability, gigaflops } = probe;
  const lines = [
    `libtorch ${libtorch}, ${whence(origin)}`,
    file,
    ...(origin === 'package' ? [] : [`libtorch in ${root}`]),
    `BLAS: ${blasFile ?? blas}`,
    `kernels for ${cpuCapability}; a product of 1024x1024 in float32: ${gigaflops.toPrecision(3)} GFLOP/s`,
    ...(probe.processes ? [] : ['cannot train in several processes: no Gloo in this libtorch']),
  ];
  const finding = good('engine', lines, { ...probe });
  // Debian keeps the reference BLAS in a folder `blas`.
  if (!blasFile?.includes('/blas/libblas.so')) return finding;
  return {
    ...finding,
    state: 'advice',
    problem: {
      what: `matrices are multiplied by the reference BLAS (${blasFile}), about a hundred times slower than OpenBLAS`,
      remedy: 'sudo apt-get install -y libopenblas0-openmp',
    },
  };
}

function whence(origin: string): string {
  if (origin === 'package') return 'the platform package';
  return origin === 'built here' ? 'built here (native/build)' : `built here, named by ${origin}`;
}

function missingEngine({ summary, where, expected, got, remedy, code }: MissingEngine): Finding {
  const parts = Object.entries({ where, expected, got }).filter(([, text]) => text !== undefined);
  return {
    topic: 'engine',
    state: 'missing',
    lines: ['none that works', ...parts.map(([name, text]) => `${name}: ${text}`)],
    values: { found: false, code, where, expected, got },
    problem: { what: summary, remedy: remedy ?? engineCommand() },
  };
}

/**
 * The device that `auto` is, and the cards that could be.
 *
 * @param cards names of this machine's
 * @param built engines to choose from, one of which may know the card
 */
export function deviceFinding(
  probe: EngineProbe,
  cards = cardsHere(),
  built = builtEngines(),
): Finding {
  const devices = probe.found ? probe.devices : [];
  const values = { best: devices[0] ?? null, devices, cards };
  const cardText = cards.length === 0 ? 'no card of NVIDIA here' : `cards: ${cards.join(', ')}`;
  if (!probe.found) return good('device', [`unknown without an engine; ${cardText}`], values);
  const hidden = process.env.CUDA_VISIBLE_DEVICES;
  const lines = [
    `${devices[0]} by \`auto\`, out of ${devices.join(', ')}; ${cardText}`,
    ...(hidden === undefined ? [] : [`CUDA_VISIBLE_DEVICES=${hidden}`]),
  ];
  if (cards.length === 0 || devices.includes('cuda') || hidden === '')
    return good('device', lines, values);
  return { topic: 'device', state: 'advice', lines, values, problem: unusedCard(probe, built) };
}

function unusedCard(
  { cudaProblem, root }: ProbedEngine,
  built: readonly ChosenEngine[],
): Finding['problem'] {
  const withCuda = built.find(({ stamp }) => stamp.cudaLibrary !== '');
  if (withCuda !== undefined && withCuda.stamp.root !== root)
    return {
      what: `the card is not used; the engine for libtorch ${withCuda.stamp.version} could`,
      remedy: `export SAFE_AUGMENT_TORCH=${shellWord(withCuda.stamp.root)}`,
    };
  if (cudaProblem === '')
    return { what: 'the card is not used: libtorch finds no CUDA device', remedy: 'nvidia-smi' };
  return {
    what: `the card is not used: ${cudaProblem}`,
    remedy: `python3 -m pip install torch && ${buildCommand()} (needs a C++ compiler)`,
  };
}

const cardFolder = '/proc/driver/nvidia/gpus';

/** Names of NVIDIA's cards as their driver gives them. None on other systems than Linux. */
function cardsHere(): string[] {
  try {
    return readdirSync(cardFolder).map((name) => {
      const text = readFileSync(join(cardFolder, name, 'information'), 'utf8');
      return /^Model:\s*(.*)$/m.exec(text)?.[1] ?? 'NVIDIA';
    });
  } catch {
    return [];
  }
}
