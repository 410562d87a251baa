/** What is to be proved: boxes of inputs and linear constraints on outputs. */
@NullMarked
package io.foolproof.certify.property;

import org.jspecify.annotations.NullMarked;
