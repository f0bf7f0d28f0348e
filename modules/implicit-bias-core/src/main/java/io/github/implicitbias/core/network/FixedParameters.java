package io.github.implicitbias.core.network;

/**
 * Marks a layer configuration whose parameters no training step changes.
 *
 * <p>Such parameters are left out of norms and distances, which are those of the trainable
 * parameters.
 */
public interface FixedParameters {}
