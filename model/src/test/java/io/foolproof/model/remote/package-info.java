/** Classifiers behind a server on this machine. */
@NullMarked
package io.foolproof.model.remote;

import org.jspecify.annotations.NullMarked;
