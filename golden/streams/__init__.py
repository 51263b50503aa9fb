"""Every bit of the three streams (docs/streams.md): records, sections, weight rows, images, results, trace."""
