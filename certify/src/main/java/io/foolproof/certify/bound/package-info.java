/** Bounds of what a network can do on a box of inputs. */
@NullMarked
package io.foolproof.certify.bound;

import org.jspecify.annotations.NullMarked;
