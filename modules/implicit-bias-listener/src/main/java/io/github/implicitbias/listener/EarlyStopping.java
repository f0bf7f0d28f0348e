package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.run.Absent;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.earlystopping.termination.EpochTerminationCondition;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Deeplearning4j's {@code EarlyStoppingTrainer} asks, answered by an {@link
 * ImplicitBiasListener} of the same network: whether a trigger has asked training to stop, and the
 * value of a column as the score of an epoch.
 *
 * <pre>{@code
 * new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *     .iterationTerminationConditions(bias.earlyStopping().iterations())
 *     .epochTerminationConditions(new MaxEpochsTerminationCondition(100))
 *     .scoreCalculator(bias.earlyStopping().smallest("testLoss"))
 *     .build();
 * }</pre>
 */
public final class EarlyStopping {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  private final ImplicitBiasListener bias;

  EarlyStopping(ImplicitBiasListener bias) {
    this.bias = bias;
  }

  /** Returns what ends training after the step at which a trigger has asked for it. */
  public IterationTerminationCondition iterations() {
    return new Condition(bias);
  }

  /** Returns what ends training after the epoch in which a trigger has asked for it. */
  public EpochTerminationCondition epochs() {
    return new Condition(bias);
  }

  /**
   * Returns what gives the value of a column as the score of an epoch; the smallest is the best.
   * The network is observed when it is asked for, so that the value is that of the network as it is
   * then.
   *
   * @throws IllegalArgumentException if there is no such column, with the nearest there is
   */
  public <T extends Model> ScoreCalculator<T> smallest(String column) {
    bias.settings().requireColumn(column);
    return new Score<>(bias, column, true);
  }

  /** Returns the same as {@link #smallest} for a column whose largest value is the best. */
  public <T extends Model> ScoreCalculator<T> largest(String column) {
    bias.settings().requireColumn(column);
    return new Score<>(bias, column, false);
  }

  private static final class Condition
      implements IterationTerminationCondition, EpochTerminationCondition {
    private static final long serialVersionUID = 1L;

    private final ImplicitBiasListener bias;

    Condition(ImplicitBiasListener bias) {
      this.bias = bias;
    }

    @Override
    public void initialize() {}

    @Override
    public boolean terminate(double lastScore) {
      return bias.stopRequested();
    }

    @Override
    public boolean terminate(int epoch, double score, boolean minimize) {
      return bias.stopRequested();
    }

    @Override
    public String toString() {
      return "a trigger has asked training to stop";
    }
  }

  private static final class Score<T extends Model> implements ScoreCalculator<T> {
    private static final long serialVersionUID = 1L;

    private final ImplicitBiasListener bias;
    private final String column;
    private final boolean minimize;
    private boolean saidWhy;

    Score(ImplicitBiasListener bias, String column, boolean minimize) {
      this.bias = bias;
      this.column = column;
      this.minimize = minimize;
    }

    @Override
    public double calculateScore(T network) {
      bias.requestAll();
      bias.observe(network);
      Session session = bias.recording().session();
      double value = session == null ? Absent.VALUE : session.observed(column);
      if (Absent.is(value) && !saidWhy) {
        saidWhy = true;
        LOG.warn("There is no score: {} is not known. {}", column, bias.status());
      }
      return value;
    }

    @Override
    public boolean minimizeScore() {
      return minimize;
    }
  }
}
