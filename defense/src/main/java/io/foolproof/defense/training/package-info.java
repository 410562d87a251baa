/** How nets are trained: steps, optimisers, schedules, checkpoints, validation. */
@NullMarked
package io.foolproof.defense.training;

import org.jspecify.annotations.NullMarked;
