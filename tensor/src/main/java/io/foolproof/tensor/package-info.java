/**
 * The numeric engine: tensors with gradients over libtorch. The only package that names the native
 * binding.
 */
@NullMarked
package io.foolproof.tensor;

import org.jspecify.annotations.NullMarked;
