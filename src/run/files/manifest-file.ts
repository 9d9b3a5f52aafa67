import { z } from 'zod';

/** `manifest.json`: what made a run, and on what. */
export const manifestSchema = z.looseObject({
  version: z.literal(1),
  /** The command line, as it can be typed again. */
  command: z.string(),
  /** ISO 8601. */
  created: z.string(),
  /** safe-augment, node, libtorch, sharp, ... */
  versions: z.record(z.string(), z.string()),
  seed: z.int(),
  hardware: z.looseObject({
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    /** cpu, cuda or mps: what was used. */
    device: z.string(),
  }),
  threads: z.int(),
  workers: z.int(),
  /** What convolutions were computed in; runs from before there was a choice: float32. */
  precision: z.enum(['float32', 'bfloat16']).optional(),
  data: z.looseObject({
    /** As given: a folder or KIND:DIR. */
    source: z.string(),
    kind: z.string(),
    classes: z.array(z.string()),
    images: z.int(),
    height: z.int(),
    width: z.int(),
    channels: z.union([z.literal(1), z.literal(3)]).optional(),
    /** Mean and standard deviation of each channel of values in [0, 1], as the network saw them. */
    normalisation: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }).optional(),
    /** Images with masks: the label that counts for nothing, and a colour a class. */
    segmentation: z.object({ ignored: z.int(), colours: z.array(z.string()) }).optional(),
    /** Hash over names and contents. */
    fingerprint: z.string(),
    /** Files left out by onBadFile skip. */
    skipped: z.array(z.string()).default([]),
  }),
  /** Images in each part, by name: train, calibration, judging, test. */
  split: z.record(z.string(), z.int()),
  /** What a training did to its images, in full. */
  recipe: z.record(z.string(), z.json()).optional(),
  /** Images that the run it started from had seen. */
  pretrainedImages: z.int().optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
