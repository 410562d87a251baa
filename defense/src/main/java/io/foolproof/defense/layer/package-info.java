/**
 * Defenses that are layers, put into any ONNX file: in front of the net, behind its rectifiers or
 * behind its logits. Each says what it hides by, and so which attack it must be judged by.
 */
@NullMarked
package io.foolproof.defense.layer;

import org.jspecify.annotations.NullMarked;
