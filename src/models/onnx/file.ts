import { littleEndian, Message } from './protobuf.js';

// Field numbers and enumerations: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const elementTypes = { float: 1, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** The intermediate representation that opset 13 came with (ONNX 1.8). */
const irVersion = 7;
export const opset = 13;

/** A dimension: a size, or a name for any. */
export type Dimension = number | string;
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** One operation of a graph. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** A constant of a graph: float32 or int64. */
export interface Initialiser {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export interface Value {
  readonly name: string;
  readonly shape: readonly Dimension[];
}

export interface OnnxModel {
  readonly nodes: readonly Node[];
  readonly constants: readonly Initialiser[];
  readonly input: Value;
  readonly output: Value;
  readonly metadata: Readonly<Record<string, string>>;
  readonly producerVersion: string;
}

/** A model as the bytes of an ONNX file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const graph = new Message();
  model.nodes.forEach((node, i) => graph.message(1, encodeNode(node, i)));
  graph.text(2, 'network');
  for (const constant of model.constants) graph.message(5, encodeConstant(constant));
  graph.message(11, encodeValue(model.input)).message(12, encodeValue(model.output));
  const file = new Message()
    .int(1, irVersion)
    .text(2, 'safe-augment')
    .text(3, model.producerVersion)
    .message(7, graph)
    .message(8, new Message().text(1, '').int(2, opset));
  for (const [key, value] of Object.entries(model.metadata))
    file.message(14, new Message().text(1, key).text(2, value));
  return file.finish();
}

function encodeNode({ op, inputs, output, attributes = {} }: Node, i: number): Message {
  const node = new Message();
  for (const input of inputs) node.text(1, input);
  node.text(2, output).text(3, `${op}_${i}`).text(4, op);
  for (const [name, value] of Object.entries(attributes))
    node.message(5, encodeAttribute(name, value));
  return node;
}

function encodeAttribute(name: string, value: Attribute): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === 'number') return attribute.int(3, value).int(20, attributeTypes.int);
  if (typeof value === 'string') return attribute.text(4, value).int(20, attributeTypes.string);
  if ('float' in value) return attribute.float(2, value.float).int(20, attributeTypes.float);
  for (const each of value) attribute.int(8, each);
  return attribute.int(20, attributeTypes.ints);
}

function encodeConstant({ name, shape, values }: Initialiser): Message {
  const type = values instanceof Float32Array ? elementTypes.float : elementTypes.int64;
  return new Message().ints(1, shape).int(2, type).text(8, name).bytes(9, littleEndian(values));
}

function encodeValue({ name, shape }: Value): Message {
  const dimensions = new Message();
  for (const side of shape)
    dimensions.message(
      1,
      typeof side === 'number' ? new Message().int(1, side) : new Message().text(2, side),
    );
  const tensor = new Message().int(1, elementTypes.float).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
