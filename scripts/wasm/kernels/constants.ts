// Addresses of vectors that are the same in every turn of a loop. They are read from memory before it: the engine would build a
// literal vector, or the mask of a shuffle, anew in every turn, which costs more than the operation.

/** Added to float32 lanes, it rounds them to the nearest integer, ties to even, which then stands in the lowest bits. */
export const roundAt = memory.data<f32>([8388608, 8388608, 8388608, 8388608]);
/** The bits of roundAt as integers: taken off, they leave the rounded number. */
export const roundBitsAt = memory.data<i32>([0x4b000000, 0x4b000000, 0x4b000000, 0x4b000000]);

/** Bytes of five RGB pixels in opposite order, behind the one in front of them. */
export const reversedAt = memory.data<u8>([15, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2]);
/** RGBRGB... to RGB-RGB-..., and back. */
export const widenAt = memory.data<u8>([0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255]);
export const narrowAt = memory.data<u8>([0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255]);

/** Channels of the first, and of the second, of two RGB pixels, as int32. */
export const firstAt = memory.data<u8>([0, 255, 255, 255, 1, 255, 255, 255, 2, 255, 255, 255, 255, 255, 255, 255]);
export const secondAt = memory.data<u8>([3, 255, 255, 255, 4, 255, 255, 255, 5, 255, 255, 255, 255, 255, 255, 255]);
/** The lowest bytes of three int32. */
export const lowestAt = memory.data<u8>([0, 4, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
/** Channels of two RGB pixels side by side, as int16. */
export const pairsAt = memory.data<u8>([0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255]);
/** Two pixels of four int16 to two of three. */
export const sixBytesAt = memory.data<u8>([0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 255, 255, 255, 255]);

/** Red and green, and blue with nothing, of four RGB pixels, as int16; and the weights of luma. */
export const redGreenAt = memory.data<u8>([0, 255, 1, 255, 3, 255, 4, 255, 6, 255, 7, 255, 9, 255, 10, 255]);
export const blueAt = memory.data<u8>([2, 255, 255, 255, 5, 255, 255, 255, 8, 255, 255, 255, 11, 255, 255, 255]);
export const redGreenWeightsAt = memory.data<i16>([9798, 19235, 9798, 19235, 9798, 19235, 9798, 19235]);
export const blueWeightsAt = memory.data<i16>([3735, 0, 3735, 0, 3735, 0, 3735, 0]);
export const halfLumaAt = memory.data<i32>([16384, 16384, 16384, 16384]);
/** Each of sixteen bytes three times. */
export const triple0At = memory.data<u8>([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5]);
export const triple1At = memory.data<u8>([5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10]);
export const triple2At = memory.data<u8>([10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15]);

export const nibbleAt = memory.data<u8>([15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]);
/** Murmur3's multipliers. */
export const mix1At = memory.data<u32>([0x85ebca6b, 0x85ebca6b, 0x85ebca6b, 0x85ebca6b]);
export const mix2At = memory.data<u32>([0xc2b2ae35, 0xc2b2ae35, 0xc2b2ae35, 0xc2b2ae35]);
/** 2^15 / 9: exact to the nearest for all sums of nine bytes. */
export const ninthAt = memory.data<i16>([3641, 3641, 3641, 3641, 3641, 3641, 3641, 3641]);
/** 7 and 1311: see `divide` in blur-row.ts. */
export const twentyFifthAt = memory.data<i16>([7, 7, 7, 7, 7, 7, 7, 7, 1311, 1311, 1311, 1311, 1311, 1311, 1311, 1311]);
export const sixtyFourAt = memory.data<i16>([64, 64, 64, 64, 64, 64, 64, 64]);
export const one16At = memory.data<i16>([1, 1, 1, 1, 1, 1, 1, 1]);
/** Largest index into a table of 12 bits. */
export const most12At = memory.data<i32>([4095, 4095, 4095, 4095]);

/** 1 / k! for k from 10 to 0: the terms of the exponential. */
export const expTermsAt = memory.data<f64>([
  1.0 / 3628800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 40320.0,
  1.0 / 5040.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 120.0,
  1.0 / 24.0, 1.0 / 24.0, 1.0 / 6.0, 1.0 / 6.0, 0.5, 0.5, 1, 1, 1, 1,
]);
export const log2EAt = memory.data<f64>([1.4426950408889634, 1.4426950408889634]);
export const ln2At = memory.data<f64>([0.6931471805599453, 0.6931471805599453]);
/** 1.5 x 2^52: added, it leaves the nearest integer in the lowest bits. */
export const magicAt = memory.data<f64>([6755399441055744.0, 6755399441055744.0]);
export const whiteAt = memory.data<f64>([255, 255]);

export const countAt = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
export const fourAt = memory.data<f32>([0, 1, 2, 3]);
