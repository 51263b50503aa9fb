"""The codes in training and import: a module a code, with `import_layer(layer, config)` and `QuantisedLayer`s as result."""
