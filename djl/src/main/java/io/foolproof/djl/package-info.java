/** Models of the Deep Java Library as classifiers: the only module that names that library. */
@NullMarked
package io.foolproof.djl;

import org.jspecify.annotations.NullMarked;
