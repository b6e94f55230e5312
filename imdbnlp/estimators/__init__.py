"""Estimators with scikit-learn's interface: TextClassifier, Translator and WordVectors."""
