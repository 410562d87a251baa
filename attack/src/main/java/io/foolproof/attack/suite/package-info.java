/** The catalogue of attacks and the suites made of them. */
@NullMarked
package io.foolproof.attack.suite;

import org.jspecify.annotations.NullMarked;
