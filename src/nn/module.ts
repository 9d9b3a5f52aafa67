import { InternalError } from '../core/index.js';
import { keep, moveParameter, type Device, type Tensor } from '../tensor/index.js';

/**
 * A part of a network: parameters, buffers and parts of its own, under names that are checkpoint keys
 * (torchvision's, joined by dots).
 */
export abstract class Module {
  private readonly parameters = new Map<string, Tensor>();
  private readonly buffers = new Map<string, Tensor>();
  private readonly parts = new Map<string, Module>();
  private isTraining = true;

  /** Whether statistics come from the batch and dropout drops. */
  get training(): boolean {
    return this.isTraining;
  }

  /** Switches it and its parts to training. */
  train(on = true): this {
    this.isTraining = on;
    for (const part of this.parts.values()) part.train(on);
    return this;
  }

  /** Switches it and its parts to evaluation. */
  eval(): this {
    return this.train(false);
  }

  /** It and its parts, and theirs. */
  *modules(): Generator<Module> {
    yield this;
    for (const part of this.parts.values()) yield* part.modules();
  }

  /** Everything that is trained, under full names, in the order it was made. */
  namedParameters(): Map<string, Tensor> {
    return this.collect((module) => module.parameters);
  }

  /** What belongs to the state but is not trained: running statistics. */
  namedBuffers(): Map<string, Tensor> {
    return this.collect((module) => module.buffers);
  }

  /** Parameters and buffers: what a file of weights holds. */
  namedState(): Map<string, Tensor> {
    return new Map([...this.namedParameters(), ...this.namedBuffers()]);
  }

  /** Those of them that are not frozen. */
  trainedParameters(): Map<string, Tensor> {
    return new Map([...this.namedParameters()].filter(([, tensor]) => tensor.requiresGrad));
  }

  /** From now on its parameters, and those of its parts, stay as they are. */
  freezeParameters(): void {
    for (const tensor of this.namedParameters().values()) tensor.requiresGrad = false;
  }

  /** The number of trained values. */
  parameterCount(): number {
    let count = 0;
    for (const tensor of this.namedParameters().values()) count += tensor.size;
    return count;
  }

  /** Moves parameters and buffers to a device, weights of convolutions into channels-last memory. */
  to(device: Device): this {
    for (const tensor of this.namedState().values()) moveParameter(tensor, device);
    return this;
  }

  /** Gives the memory of all parameters and buffers back. */
  free(): void {
    for (const tensor of this.namedState().values()) tensor.free();
  }

  /** Registers a tensor that is trained. It outlives its scope. */
  protected parameter(name: string, tensor: Tensor): Tensor {
    tensor.requiresGrad = true;
    return enter(this.parameters, name, keep(tensor));
  }

  /** Registers a tensor that is state but not trained. It outlives its scope. */
  protected buffer(name: string, tensor: Tensor): Tensor {
    return enter(this.buffers, name, keep(tensor));
  }

  /** Registers a part. Without a name (`''`) its parameters keep their names as they are. */
  protected part<M extends Module>(name: string, module: M): M {
    enter<Module>(this.parts, name, module);
    return module;
  }

  private collect(own: (module: Module) => Map<string, Tensor>): Map<string, Tensor> {
    const all = new Map(own(this));
    for (const [prefix, part] of this.parts)
      for (const [name, tensor] of part.collect(own))
        all.set(prefix === '' ? name : `${prefix}.${name}`, tensor);
    return all;
  }
}

/** A module that makes one tensor of one. */
export abstract class Layer extends Module {
  abstract forward(x: Tensor): Tensor;
}

function enter<T>(map: Map<string, T>, name: string, value: T): T {
  if (map.has(name)) throw new InternalError(`Module: ${name} is registered already`);
  map.set(name, value);
  return value;
}
