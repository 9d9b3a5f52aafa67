// The groups of operators, one translation unit each.
#pragma once

namespace engine {
class Exports;
void defineRuntime(Exports& exports);
void defineHandles(Exports& exports);
void defineMath(Exports& exports);
void defineNetwork(Exports& exports);
void defineLosses(Exports& exports);
void defineOptimisers(Exports& exports);
void defineAllocator(Exports& exports);
void defineImages(Exports& exports);
void defineFigures(Exports& exports);
void defineFusedNorm(Exports& exports);
void defineFusedDenseBlock(Exports& exports);
void defineFusedSpatial(Exports& exports);
void defineFusedAfter(Exports& exports);
void defineFusedDepthwise(Exports& exports);
void defineProcesses(Exports& exports);
}  // namespace engine
