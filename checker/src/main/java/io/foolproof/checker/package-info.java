/**
 * Checks a certificate against the network and the specification that it is about, which are read
 * anew. Depends on nothing but the Java library, so that it can be read, and trusted, alone.
 */
@NullMarked
package io.foolproof.checker;

import org.jspecify.annotations.NullMarked;
