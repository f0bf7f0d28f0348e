package io.github.implicitbias.listener;

import java.util.List;
import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** An iterator that ends when training is asked to stop. */
final class UntilStopped implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final DataSetIterator of;
  private final ImplicitBiasListener bias;

  UntilStopped(DataSetIterator of, ImplicitBiasListener bias) {
    this.of = of;
    this.bias = bias;
  }

  @Override
  public boolean hasNext() {
    return !bias.stopRequested() && of.hasNext();
  }

  private void requireNext() {
    if (bias.stopRequested()) {
      throw new NoSuchElementException("training was asked to stop");
    }
  }

  @Override
  public DataSet next() {
    requireNext();
    return of.next();
  }

  @Override
  public DataSet next(int samples) {
    requireNext();
    return of.next(samples);
  }

  @Override
  public int inputColumns() {
    return of.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return of.totalOutcomes();
  }

  @Override
  public boolean resetSupported() {
    return of.resetSupported();
  }

  /** What is read ahead would be trained on after the stop. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void reset() {
    of.reset();
  }

  @Override
  public int batch() {
    return of.batch();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    of.setPreProcessor(preProcessor);
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return of.getPreProcessor();
  }

  @Override
  public List<String> getLabels() {
    return of.getLabels();
  }
}
