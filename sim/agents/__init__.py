"""Who acts: states, third parties, armed groups, communities, crossings, and the dyad between the states."""
