/** The operators of ONNX, one class a family, over the numeric engine. */
@NullMarked
package io.foolproof.model.operator;

import org.jspecify.annotations.NullMarked;
