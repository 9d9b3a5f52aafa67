/**
 * What a control is for: negative ones do nothing, harmless ones change what nobody would call
 * unsafe, positive ones break any image.
 */
export type ControlKind = 'negative' | 'harmless' | 'positive';

export interface Control {
  readonly name: string;
  readonly kind: ControlKind;
}

/**
 * Controls learned as further labels in every run. They are the yardstick of the verdicts: what
 * "nothing there" scores, how recognisable a harmless change is, and whether the network has learned
 * to look at all.
 */
export const controls: readonly Control[] = [
  { name: 'ControlNothingA', kind: 'negative' },
  { name: 'ControlNothingB', kind: 'negative' },
  { name: 'ControlShift1', kind: 'harmless' },
  { name: 'ControlResample', kind: 'harmless' },
  { name: 'ControlJpeg', kind: 'harmless' },
  { name: 'ControlGreyLevel', kind: 'harmless' },
  { name: 'ControlInvert', kind: 'positive' },
  { name: 'ControlHeavyNoise', kind: 'positive' },
];
