/** Audits, hull studies and proofs as applications of Spark: each shard is a task. */
@NullMarked
package io.foolproof.spark;

import org.jspecify.annotations.NullMarked;
