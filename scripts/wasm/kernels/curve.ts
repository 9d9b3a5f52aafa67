// A kernel for each kind of curve: functions of their own, since the engine allocates registers poorly in one that holds
// them all. They apply what `fitCurve` found, whose answer in hexadecimal is the number in the name.
import { fall, rise, wrap } from './curve-layout';
import { run } from './curve-run';

export function curve101(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 1, false, false, false, false);
}
export function curve102(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 2, false, false, false, false);
}
export function curve103(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 3, false, false, false, false);
}
export function curve104(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 4, false, false, false, false);
}
export function curve106(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 6, false, false, false, false);
}
export function curve121(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 1, true, false, false, false);
}
export function curve122(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 2, true, false, false, false);
}
export function curve123(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 3, true, false, false, false);
}
export function curve124(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 4, true, false, false, false);
}
export function curve126(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 6, true, false, false, false);
}
export function curve141(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 1, true, true, false, false);
}
export function curve142(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 2, true, true, false, false);
}
export function curve143(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 3, true, true, false, false);
}
export function curve144(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 4, true, true, false, false);
}
export function curve146(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 6, true, true, false, false);
}
export function curve183(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 3, true, true, true, false);
}
export function curve186(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 6, true, true, true, false);
}
export function curve201(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 1, false, false, false, false);
}
export function curve202(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 2, false, false, false, false);
}
export function curve203(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 3, false, false, false, false);
}
export function curve204(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 4, false, false, false, false);
}
export function curve206(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 6, false, false, false, false);
}
export function curve221(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 1, true, false, false, false);
}
export function curve222(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 2, true, false, false, false);
}
export function curve223(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 3, true, false, false, false);
}
export function curve224(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 4, true, false, false, false);
}
export function curve226(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 6, true, false, false, false);
}
export function curve241(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 1, true, true, false, false);
}
export function curve242(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 2, true, true, false, false);
}
export function curve243(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 3, true, true, false, false);
}
export function curve244(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 4, true, true, false, false);
}
export function curve246(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 6, true, true, false, false);
}
export function curve283(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 3, true, true, true, false);
}
export function curve286(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 6, true, true, true, false);
}
export function curve131(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 1, true, false, false, true);
}
export function curve132(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 2, true, false, false, true);
}
export function curve151(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 1, true, true, false, true);
}
export function curve152(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 2, true, true, false, true);
}
export function curve153(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, rise, 3, true, true, false, true);
}
export function curve231(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 1, true, false, false, true);
}
export function curve232(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 2, true, false, false, true);
}
export function curve251(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 1, true, true, false, true);
}
export function curve252(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 2, true, true, false, true);
}
export function curve253(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, fall, 3, true, true, false, true);
}
export function curve083(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, wrap, 3, true, true, true, false);
}
export function curve086(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, wrap, 6, true, true, true, false);
}
