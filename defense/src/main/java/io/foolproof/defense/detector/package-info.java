/**
 * Detectors of adversarial images, as a control: what each is worth against an attack that does not
 * know it, and against one that does. A detector changes no prediction, and its threshold is chosen
 * from clean images alone.
 */
@NullMarked
package io.foolproof.defense.detector;

import org.jspecify.annotations.NullMarked;
