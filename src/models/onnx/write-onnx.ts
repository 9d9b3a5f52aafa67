import { InternalError } from '../../core/index.js';
import type { Module } from '../../nn/index.js';
import { handleOf, noGrad, scope, trace, zeros, type Tensor } from '../../tensor/index.js';
import { encodeOnnx, type Attribute, type Initialiser, type Node } from './file.js';
import { convert, inputsOf, type Writer } from './operators.js';

export interface OnnxOptions {
  /** In evaluation mode, on the CPU. */
  readonly model: Module;
  /** What comes out, of all that the network makes. @param x `[N,C,H,W]`, normalised */
  readonly forward: (x: Tensor) => Tensor;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of values in [0, 1]: becomes the first step of the file's network. */
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly outputName: string;
  /** Kept in the file for whoever uses it. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly version: string;
}

/**
 * A network as an ONNX file (opset 13).
 *
 * Input `images`: float32 `[N,C,H,W]`, RGB in [0, 1], any N; normalisation is part of the file. Output
 * `outputName`, such as logits `[N,classes]`.
 */
export function toOnnx(options: OnnxOptions): Uint8Array {
  const { model, channels, height, width } = options;
  return noGrad(() =>
    scope(() => {
      // Two images, so that nothing which depends on their number is taken for a constant of 1.
      const x = zeros([2, channels, height, width]);
      const { result, ops } = trace(() => options.forward(x));
      const graph = new Graph(model, x, options.normalisation);
      const known = new Set([...graph.known(), ...ops.map((op) => op.result)]);
      // Backwards from the result: the other head's operators stay out of the file.
      const needed = new Set([handleOf(result)]);
      for (const op of ops.toReversed())
        if (needed.has(op.result)) for (const input of inputsOf(op, known)) needed.add(input);
      for (const op of ops)
        if (needed.has(op.result)) graph.add(op.result, op.shape, convert(op, graph));
      const output = graph.end(handleOf(result), options.outputName);
      return encodeOnnx({
        nodes: graph.nodes,
        constants: graph.constants,
        input: { name: 'images', shape: ['N', channels, height, width] },
        output: { name: output, shape: ['N', ...result.shape.slice(1)] },
        metadata: options.metadata,
        producerVersion: options.version,
      });
    }),
  );
}

/** A graph under way: which value each traced tensor has become. */
class Graph implements Writer {
  readonly nodes: Node[] = [];
  readonly constants: Initialiser[] = [];
  private readonly values = new Map<number, { name: string; shape: readonly number[] }>();
  private readonly weights = new Map<number, { name: string; tensor: Tensor }>();
  private count = 0;

  constructor(model: Module, x: Tensor, { mean, std }: OnnxOptions['normalisation']) {
    for (const [name, tensor] of model.namedState())
      this.weights.set(handleOf(tensor), { name, tensor });
    // Broadcast over images and pixels.
    const shape = [1, mean.length, 1, 1];
    const centred = this.node('Sub', ['images', this.floats(mean, shape)]);
    const scaled = this.node('Div', [centred, this.floats(std, shape)]);
    this.values.set(handleOf(x), { name: scaled, shape: x.shape });
  }

  known(): number[] {
    return [...this.values.keys(), ...this.weights.keys()];
  }

  add(handle: number, shape: readonly number[], name: string): void {
    this.values.set(handle, { name, shape });
  }

  name(handle: unknown): string {
    return this.value(handle).name;
  }

  shape(handle: unknown): readonly number[] {
    return this.value(handle).shape;
  }

  node(op: string, inputs: readonly string[], attributes?: Record<string, Attribute>): string {
    const output = `value_${this.count++}`;
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  floats(values: readonly number[], shape: readonly number[]): string {
    return this.constant(Float32Array.from(values), shape);
  }

  integers(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Gives a value the name under which it leaves the graph. */
  end(handle: number, output: string): string {
    this.nodes.push({ op: 'Identity', inputs: [this.name(handle)], output });
    return output;
  }

  private constant(values: Initialiser['values'], shape: readonly number[]): string {
    const name = `constant_${this.count++}`;
    this.constants.push({ name, shape, values });
    return name;
  }

  private value(handle: unknown): { name: string; shape: readonly number[] } {
    const known = this.values.get(handle as number);
    if (known !== undefined) return known;
    const weight = this.weights.get(handle as number);
    if (weight === undefined) throw new InternalError('onnx: a tensor from outside the network');
    const { name, tensor } = weight;
    const value = { name, shape: tensor.shape };
    this.constants.push({ ...value, values: tensor.toFloat32Array() });
    this.values.set(handle as number, value);
    return value;
  }
}
