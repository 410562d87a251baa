@NullMarked
package io.foolproof.model;

import org.jspecify.annotations.NullMarked;
