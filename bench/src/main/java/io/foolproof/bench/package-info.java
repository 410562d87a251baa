/**
 * Whole-run benchmarks: each prints its figures as ratios to a baseline measured in the same run.
 */
@NullMarked
package io.foolproof.bench;

import org.jspecify.annotations.NullMarked;
