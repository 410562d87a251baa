@NullMarked
package io.foolproof.geometry;

import org.jspecify.annotations.NullMarked;
