/**
 * What happens to an image between a file and a classifier in the physical world: geometry, light,
 * print, optics, sensors, codecs. Each transformation is a record whose knobs are ranges, is drawn
 * from random streams that belong to samples, and passes gradients on.
 */
@NullMarked
package io.foolproof.transform;

import org.jspecify.annotations.NullMarked;
