package io.foolproof.model;

import io.foolproof.tensor.Workers;

/**
 * How many samples a network is run on at a time. The engine picks its kernels by the size of a
 * batch, and kernels round differently: with runs of one size, or of two that {@link OnnxProbe}
 * found to agree in every bit, a sample's logits do not depend on its neighbours.
 *
 * @param usual the size of a run; smaller batches are padded to it
 * @param largest the size of the runs that larger batches are cut into
 */
record RunSizes(int usual, int largest) {
  /** Of networks that were not probed. */
  static final RunSizes MICRO_BATCHES = of(Workers.MICRO_BATCH);

  /** Runs of one size. */
  static RunSizes of(int size) {
    return new RunSizes(size, size);
  }

  /** Without the larger runs. */
  RunSizes narrow() {
    return of(usual);
  }
}
