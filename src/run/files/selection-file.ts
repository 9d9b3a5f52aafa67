import { z } from 'zod';
import { classFigureSchema, labelFigureSchema } from './class-figure.js';

const rate = z.number().min(0).max(1);
const params = z.record(z.string(), z.json());

/** A value with its confidence interval. */
export const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** Recognition by one way of looking at the images. */
const lookSchema = z.looseObject({
  /** network: whole images; window, border: the part inside or outside a window; statistics. */
  look: z.string().optional(),
  j: z.number().min(-1).max(1),
  jLow: z.number().min(-1).max(1),
  jHigh: z.number().min(-1).max(1),
  auc: rate,
});

/** What judging measures of any label, augmentation or control. */
const measured = {
  name: z.string(),
  /** The options of the transform, as they stand in a policy. */
  params: params.default({}),
  /** Judging images (times draws) in which it was really applied. */
  n: z.int().min(0),
  /** Groups of the judging images, where these come in groups: intervals are over groups. */
  groups: z.int().min(0).optional(),
  /** Recognition rate at the calibrated cut-off, over images with it alone applied. */
  tpr: rate,
  /** False-positive rate at the same cut-off, over the same images clean. */
  fpr: rate,
  /** tpr - fpr: a lower bound on the total-variation distance between clean and augmented data. */
  j: z.number().min(-1).max(1),
  jLow: z.number().min(-1).max(1),
  jHigh: z.number().min(-1).max(1),
  auc: rate,
  aucLow: rate.optional(),
  aucHigh: rate.optional(),
  /** The thesis's figures at the fixed cut-off 0.5: recognition rate, false-positive rate. */
  thesis: z.looseObject({ tpr: rate, fpr: rate }),
  /** Accuracy with it minus accuracy without, same images (paired interval). */
  taskChange: intervalSchema,
  /** Accuracy of the task on images with it alone applied. */
  taskAccuracy: rate.optional(),
  /** Task loss with it minus task loss without, same images. */
  lossChange: intervalSchema.optional(),
  /** The look that the figures above are from: the keenest. */
  look: z.string().optional(),
  looks: z.array(lookSchema).optional(),
  /** The score from which on it counts as recognised; with folds that of each network in `cutoffs`, of the first here. */
  cutoff: z.number().nullish(),
  cutoffs: z.array(z.number().nullable()).optional(),
  /** The network's recognition of the whole images, whether the verdict goes by it or not. */
  whole: lookSchema.optional(),
};

export const verdictSchema = z.enum(['safe', 'unsafe', 'undecided']);

/** Whether it can be detected, and whether it costs the task more than its margin, in one word. */
export const gradeSchema = z.enum(['safe', 'label-keeping', 'label-breaking', 'undecided']);

/** J and harm over an augmentation's magnitude. */
export const strengthSchema = z.looseObject({
  /** Option that the magnitude belongs to. */
  option: z.string(),
  unit: z.string(),
  /** Rising magnitudes with the J measured there and fitted, and the fit's upper limit. */
  points: z.array(
    z.looseObject({
      magnitude: z.number(),
      j: z.number(),
      fitted: z.number(),
      high: z.number(),
      harmless: z.boolean(),
      /** The same of harm, where it is judged. */
      harm: z.number().optional(),
      harmFitted: z.number().optional(),
      harmHigh: z.number().optional(),
    }),
  ),
  /** The largest magnitude that is still safe; null where none is. */
  safeUpTo: z.number().nullable(),
  /** The transform's options with that range. */
  options: params.nullable(),
  /** The largest magnitude that keeps the labels, likewise; absent in files of older versions and where harm is not judged. */
  keepsUpTo: z.number().nullable().optional(),
  keepOptions: params.nullable().optional(),
});

export const augmentationResultSchema = z.looseObject({
  ...measured,
  verdict: verdictSchema,
  /** One sentence for people. */
  reason: z.string(),
  /** Absent, as its reason, in files of older versions and where the network knows other classes than the data have. */
  grade: gradeSchema.optional(),
  gradeReason: z.string().optional(),
  /** Part of the task head's skill lost under it, 0 to 1 and beyond; excepted classes left out. */
  harm: intervalSchema.optional(),
  /** Classes for which an augmentation that is safe or keeps the labels does not, with the part of the skill that they lose. */
  except: z.array(z.looseObject({ class: z.string(), harm: intervalSchema })).optional(),
  /**
   * How the network's recognition grew from a quarter of the training to its end, of what would be safe or keep the
   * labels otherwise.
   */
  growth: z
    .looseObject({
      look: z.string(),
      /** J after a quarter of the training, and at its end. */
      before: z.number(),
      now: z.number(),
      /** What J gains in a doubling of the training. */
      perDoubling: intervalSchema,
      /** The upper limit of J after 8 times the training, at this pace. */
      extrapolated: z.number(),
      /** The same of its harm. */
      harm: z
        .looseObject({
          before: z.number(),
          now: intervalSchema,
          perDoubling: intervalSchema,
          /** What a doubling adds to the share of the task that is known. */
          knownPerDoubling: z.number(),
        })
        .optional(),
    })
    .optional(),
  /** Of one that is not safe: the largest range of each of its magnitudes that is still safe, and that keeps the labels. */
  strengths: z.array(strengthSchema).optional(),
});

export const controlResultSchema = z.looseObject({
  ...measured,
  auc: measured.auc.optional(),
  thesis: measured.thesis.optional(),
  taskChange: measured.taskChange.optional(),
  /** negative: does nothing; harmless: nobody would call it unsafe; positive: must be recognised. */
  kind: z.enum(['negative', 'harmless', 'positive']),
  passed: z.boolean(),
});

export const conflictSchema = z.looseObject({
  members: z.array(z.string()).min(2),
  /** One sentence: what was measured together against what the members explain. */
  evidence: z.string(),
  /** The member left out of safeV2, where this conflict removed one. */
  removed: z.string().optional(),
});

/** Two safe augmentations one after the other. */
export const pairSchema = z.looseObject({
  members: z.array(z.string()).length(2),
  j: z.number(),
  /** Absent, as `moreHarm`, where the network knows other classes than the data have. */
  harm: z.number().optional(),
  /** What the pair adds to the sum of its members. */
  moreRecognised: intervalSchema,
  moreHarm: intervalSchema.optional(),
  conflict: z.boolean(),
  evidence: z.string(),
});

/** Two augmentations that keep the labels, one after the other. */
const keepPairSchema = z.looseObject({
  members: z.array(z.string()).length(2),
  harm: z.number(),
  /** What the pair adds to the sum of its members. */
  moreHarm: intervalSchema,
  conflict: z.boolean(),
  evidence: z.string(),
});

/** `selection.json`: other programs rely on these keys; further ones may be added. */
export const selectionSchema = z.looseObject({
  version: z.literal(1),
  rule: z.enum(['equivalence', 'thesis']),
  status: z.enum(['decided', 'partial', 'undertrained']),
  delta: z.number(),
  /** One sentence: how delta came about. */
  deltaFrom: z.string(),
  alpha: z.number().optional(),
  /** Cross-fitted judging: so many networks have judged, each the images of its fold. Absent: one. */
  folds: z.int().min(2).optional(),
  /** What the task is judged by: accuracy (default), mean IoU, mean average precision. */
  taskFigure: z.string().optional(),
  /** Segmentation: intersection over union of each class on the judging images as they are. */
  classes: z.array(classFigureSchema).optional(),
  /** Multi-label classification: average precision of each label, likewise. */
  labels: z.array(labelFigureSchema).optional(),
  /** That figure on the judging images as they are. */
  cleanAccuracy: intervalSchema.optional(),
  /** Classification of classes of uneven sizes: the mean of the accuracies of the classes, on the same images. */
  balancedAccuracy: z.number().optional(),
  /** Segmentation: share of right pixels over the same images. Older runs have none. */
  pixelAccuracy: z.number().optional(),
  /**
   * Classes with so few judging images (where these come in groups: groups) that harm to them alone is not tested: how
   * many they have, 0 where they are only trained on.
   */
  untestedClasses: z.array(z.looseObject({ class: z.string(), judged: z.int().min(0) })).optional(),
  /** How much the network has learned to see of what simple statistics recognise: its share, and how far it lags behind. */
  sight: z.looseObject({ share: z.number(), lag: z.number() }).optional(),
  /** J that cannot be excluded: half the width of the interval of an augmentation that is not recognised. */
  smallestDifference: z.number().optional(),
  controls: z.array(controlResultSchema),
  augmentations: z.array(augmentationResultSchema),
  conflicts: z.array(conflictSchema),
  /** All pairs judged, and how many were not for want of time. */
  pairs: z.array(pairSchema).optional(),
  pairsLeft: z.int().min(0).optional(),
  /** Members of the safe set whose combinations are nothing new. */
  identities: z.array(z.looseObject({ members: z.array(z.string()), same: z.string() })).optional(),
  /** Harm below this part of the task head's skill counts as none. */
  harmMargin: z.number().optional(),
  /** How far the task is known for sure: from 0 (guessing) to 1 (perfect). Grades ask for a half. */
  known: z.number().optional(),
  safe: z.array(z.string()),
  safeV2: z.array(z.string()),
  /** What a crop from the image padded with black costs, by rising padding (share of the longer side). */
  paddedCrop: z
    .array(z.object({ padding: z.number(), harm: intervalSchema, harmFitted: z.number() }))
    .optional(),
  /** What common recipes add, in the strongest form that is harmless (`isHarmless` of `safe`, RandomErasing by a wider bound; earlier versions: by the estimate), or else the gentlest: judged by that alone. */
  additions: z
    .array(
      z.object({
        name: z.string(),
        options: z.record(z.string(), z.json()),
        harm: intervalSchema,
        harmless: z.boolean(),
      }),
    )
    .optional(),
  /** Graded safe or label-keeping, and the largest part of them in which no pair does more harm than its members. */
  keep: z.array(z.string()).optional(),
  keepV2: z.array(z.string()).optional(),
  /** Pairs of `keep`, judged by harm alone, and how many were not for want of time. */
  keepPairs: z.array(keepPairSchema).optional(),
  keepPairsLeft: z.int().min(0).optional(),
  keepConflicts: z.array(conflictSchema).optional(),
});

export type Interval = z.infer<typeof intervalSchema>;
export type GradeName = z.infer<typeof gradeSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type AugmentationResult = z.infer<typeof augmentationResultSchema>;
export type ControlResult = z.infer<typeof controlResultSchema>;
export type Conflict = z.infer<typeof conflictSchema>;
export type Strength = z.infer<typeof strengthSchema>;
export type PairResult = z.infer<typeof pairSchema>;
export type Selection = z.infer<typeof selectionSchema>;

/** A network that knows less of the task than this loses it to any shift: the half that grades ask for (`safe/grades`). */
export const halfKnown = 0.5;

/**
 * How far a crop from the padded image may reach: the widest padding whose fitted harm lies below its margin, and where the
 * network knows less than half of the task the widest of all, unless the first pixel costs more already. Harm is that of a
 * network that has never seen such a crop, so this is a limit of strength, not a proof (docs/decisions/087-padded-crop.md).
 *
 * @returns a share of the longer side, 0 where every padding judged costs more; undefined where none was judged
 */
export function paddingOf({ paddedCrop, harmMargin, known = 1 }: Selection): number | undefined {
  if (paddedCrop === undefined || harmMargin === undefined) return undefined;
  const [least, widest] = [paddedCrop.at(0), paddedCrop.at(-1)];
  if (least && widest && known < halfKnown && least.harmFitted < harmMargin) return widest.padding;
  const first = paddedCrop.findIndex(({ harmFitted }) => harmFitted >= harmMargin);
  const last = (first < 0 ? paddedCrop.length : first) - 1;
  return last < 0 ? 0 : paddedCrop[last].padding;
}
