/** Classifiers that answer over HTTP. */
@NullMarked
package io.foolproof.model.remote;

import org.jspecify.annotations.NullMarked;
