/**
 * For people who write metrics, predictions or recorders of their own: networks on plain arrays to
 * try them on, made-up runs to read, and checks of what the interfaces promise. Depends on no test
 * framework.
 */
@NullMarked
package io.github.implicitbias.testkit;

import org.jspecify.annotations.NullMarked;
